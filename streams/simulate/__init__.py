"""An invented half-term: three schools, 600 children who do not exist, and the registers their schools would send."""

from streams.simulate.half_term import Sent, half_term, registers

__all__ = ["Sent", "half_term", "registers"]
