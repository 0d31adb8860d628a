"""What can go wrong with Wonde, split by what the caller does next.

FirstbellError
├── Refuse
│   ├── TokenRefused       the token is wrong or has expired: no school can be asked
│   └── BadSchools         the list of schools cannot be read
└── SchoolFailed           this school has to wait, the others go on
    ├── Unavailable        no answer that could be used, however often it was asked
    ├── NotAllowed         this school is not (or no more) shared with the token
    └── AnswerChanged      the answers have another form than the one known here
"""

from streams.errors import FirstbellError, Refuse


class TokenRefused(Refuse):
    """Wonde does not take the token."""


class BadSchools(Refuse):
    """The list of schools has a mistake."""


class SchoolFailed(FirstbellError):  # noqa: N818 - a state of a school's feed
    """Nothing more from this school for now; its cursor stays."""


class Unavailable(SchoolFailed):
    """Wonde gave no usable answer."""


class NotAllowed(SchoolFailed):
    """Wonde does not share this school."""


class AnswerChanged(SchoolFailed):
    """Wonde's answers have a form that this version cannot read."""
