"""The built-in broker: MQTT 3.1.1 for the doors, the station and one account of the owner's, and for nobody else.

    packets    bytes <-> what they mean; pure functions
    access     who may come in, and to which topics
    hub        which message goes to whom, and what is retained
    memory     what is retained, across restarts
    gate       how many connections, from where, how often
    connection one client, from its first byte to its last
    server     the ports, in a thread of its own

Why not a library: docs/decisions/0014-built-in-broker.md. What it leaves out: MQTT 5, messages kept for a client that
is away, QoS 2 towards clients (it is taken from them).
"""

from receiver.broker.limits import Limits
from receiver.broker.server import Broker, what_uses

__all__ = ["Broker", "Limits", "what_uses"]
