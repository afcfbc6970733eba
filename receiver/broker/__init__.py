"""The built-in broker: MQTT 3.1.1 and 5 for the doors, the station and one account of the owner's, and for nobody else.

    packets    bytes <-> what they mean, in both versions; with reader, properties and reasons
    access     who may come in, and to which topics
    hub        which message goes to whom, and what is retained
    session    what one client subscribed to and has to get, also while it is away
    memory     what is retained, across restarts
    gate       how many connections, from where, how often
    connection one client, from its first byte to its last
    server     the ports, in a thread of its own

Why not a library: docs/decisions/0014-built-in-broker.md. What it leaves out: QoS 2 towards clients (it is taken
from them), shared subscriptions, subscription identifiers and topic aliases.
"""

from receiver.broker.limits import Limits
from receiver.broker.server import Broker, what_uses

__all__ = ["Broker", "Limits", "what_uses"]
