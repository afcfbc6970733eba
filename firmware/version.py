"""Which firmware this is; the station offers a door the update when it has another one."""

VERSION = "0.1.0"
