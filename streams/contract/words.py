"""What each field of the messages means, and bounds that its type cannot say: for the generated schemas."""

from typing import Any

__all__ = ["FIELDS", "FORWARD"]

FORWARD = "Fields that are not named here are ignored: a later version of this schema may add some."

_DATE = {"format": "date"}
_COUNT = {"minimum": 0}

FIELDS: dict[str, dict[str, dict[str, Any]]] = {
    "Register": {
        "session": {"description": "the half of the school day"},
        "recorded_at": {
            "description": "when the school recorded it: ISO 8601 date and time with its offset from UTC, or Z"
        },
        "received_at": {
            "description": "in files only: when it was received, form as `recorded_at`; "
            "without it `recorded-in-future` is not checked. On a topic the record's own time stamp says this"
        },
    },
    "Mark": {
        "minutes_late": {"description": "optional, null as if absent"},
        "recorded_at": {"description": "optional, null as if absent; wins over the register's"},
    },
    "Alert": {
        "alert_id": {
            "description": "the same through every change of this alert",
            "pattern": "^[0-9a-f]{32}$",
        },
        "sequence": {"description": "counts 1, 2, … within `alert_id`; the higher one is the newer", "minimum": 1},
        "change": {
            "description": "raised: it began. eased: its cause has passed. reopened: it was eased and is on again. "
            "revised: it still holds, over other sessions. withdrawn: it should never have been; take it down"
        },
        "reason": {
            "description": "why it was seen now, the first that fits: erasure; rulebook (another book is in force); "
            "year (a new academic year began); correction (a mark for a past session); mark (marks of new sessions "
            "only); time (the clock, for school alerts)"
        },
        "rule": {"description": "name of the rule in the book"},
        "rulebook": {"description": "name@version of the book", "pattern": "^[^@]+@[^@]+$"},
        "pupil": {"description": "keyed pseudonym of the pupil; null for an alert about a school"},
        "urn": {"description": "the school of the mark that caused this change, or which the alert is about"},
        "from": {"description": "the first session in which the rule holds"},
        "to": {
            "description": "the first session in which it holds no more; null while it holds. Of a school's missing "
            "register or silent feed: the session in which the register came, which may be the same as `from`"
        },
        "cause": {
            "description": "the mark behind this change, of a school's the last one of its register; null where the "
            "clock was"
        },
        "evidence": {
            "description": "the integers that decided, by name: as of `from`, for `eased` as of `to`; empty for "
            "`withdrawn` and where a new year began"
        },
        "severity": {"description": "how soon a person should look"},
        "audience": {"description": "who may act on it", "uniqueItems": True},
        "restricted": {"description": "true: to be shown to the audience and to no one else"},
    },
    "DeliveryRecord": {
        "delivery_id": {"description": "the delivery, the same at every try; for the same told to the same, the same"},
        "state": {
            "description": "intent: about to be sent, counts as told from here on. delivered. retrying: a try failed, "
            "another follows. parked: no more tries until a person says so. refused: it will never be taken. gone: "
            "the receiver wants no more of anything. cancelled: it was never sent. suppressed: an alert that is not "
            "told, or not yet. began: where the notifier first began to read"
        },
        "reason": {"description": "why, from a closed list (notifier.md, channels.md)"},
        "receiver": {"description": "name of the receiver in the notifier's file"},
        "route": {"description": "name of the route by which it was reached"},
        "kind": {"description": "the change of all its items; `digest` where they differ"},
        "items": {"description": "what is told"},
        "at": {"description": "when this was so, ISO 8601 in UTC", "format": "date-time"},
        "attempt": {"description": "number of the try, from 1; 0 before any", "minimum": 0},
        "status": {"description": "the HTTP or SMTP code that was answered; null where none was"},
        "next_try": {"description": "when it is tried again; null where it is not", "format": "date-time"},
        "links": {"description": "of an intent: the link that goes with each alert, by alert_id"},
        "schools": {"description": "of an intent: the name of each school, by URN"},
        "lane": {
            "description": "of an intent: how it went. first: a withdrawal. urgent: past digests and budgets. now: it "
            "counts against the budget. digest"
        },
        "offsets": {"description": "of `began`: by partition of the alerts, the first offset that is told of"},
    },
    "Item": {
        "alert_id": {"description": "the alert"},
        "sequence": {"description": "the change of it that is told", "minimum": 1},
        "change": {
            "description": "as what it is told: the first word about an alert is `raised`, whatever came between"
        },
        "rule": {"description": "name of the rule in the book"},
        "urn": {"description": "the school of the mark that caused the change"},
        "severity": {"description": "how soon a person should look"},
        "again": {"description": "how often it was told before as a reminder, from 0", "minimum": 0},
    },
    "HookEvent": {
        "specversion": {"description": "version of CloudEvents"},
        "id": {"description": "the delivery, the same at every try: drop one that you have"},
        "source": {"description": "the notifier"},
        "type": {"description": "what `data` is, with its version"},
        "datacontenttype": {"description": "what `data` is written in"},
        "data": {"description": "what there is to tell"},
    },
    "HookData": {
        "kind": {"description": "the change of all its alerts; `digest` where they differ"},
        "alerts": {"description": "the changes, one at least", "minItems": 1},
    },
    "HookAlert": {
        "alert_id": {"description": "the same through every change of this alert", "pattern": "^[0-9a-f]{32}$"},
        "sequence": {"description": "counts 1, 2, … within `alert_id`; the higher one is the newer", "minimum": 1},
        "rule": {"description": "name of the rule in the book"},
        "severity": {"description": "how soon a person should look"},
        "change": {"description": "as of an alert; withdrawn: it should never have been; take it down"},
        "reason": {"description": "as of an alert; only `correction` means that it was never so"},
        "urn": {"description": "the school of the mark that caused this change"},
        "school": {"description": "the school's name, null where it is not known"},
        "link": {"description": "where a person may look; null where no link is set. It names no pupil"},
    },
    "Session": {
        "date": {"description": "YYYY-MM-DD"} | _DATE,
        "session": {"description": "the half of the school day"},
    },
    "Cause": {
        "register_id": {"description": "the register in which the mark was"},
        "date": {"description": "date of the session, YYYY-MM-DD"} | _DATE,
        "session": {"description": "the half of the school day"},
        "code": {"description": "the attendance code as read, old codes being read by date"},
        "recorded_at": {"description": "when the school recorded it, as sent", "format": "date-time"},
    },
    "DeadLetter": {
        "reason": {
            "description": "of a whole register: not-json, not-a-register, bad-recorded-at, recorded-in-future. Of one "
            "mark: not-a-mark, bad-pupil, bad-recorded-at, recorded-in-future, unknown-code, future-session, too-old, "
            "erased. Of either, where a person set it aside: quarantined"
        },
        "detail": {"description": "what was wrong, in words that carry nothing of the pupil"},
        "origin": {"description": "where the register came from"},
        "register_id": {"description": "the register's, null where it cannot be known"},
        "urn": {"description": "the school's, null where it cannot be known"},
        "date": {"description": "the session's, YYYY-MM-DD, null where it cannot be known"},
        "session": {"description": "the half of the school day, null where it cannot be known"},
        "mark": {"description": "place of the refused mark in `marks`, from 0; null for a whole register"},
        "value": {"description": "the refused bytes: the register, or the one mark's JSON; none where erased"},
    },
    "Origin": {
        "topic": {"description": "name of the topic"},
        "file": {"description": "name of the file"},
        "partition": {"description": "partition of the topic; null for a file"},
        "offset": {"description": "offset in the partition"},
        "line": {"description": "line of the file, from 1"},
    },
}
