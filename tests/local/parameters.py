"""What a stack is given that no mail leaves: nothing answers where its letters would go."""

from typing import Final

PARAMETERS: Final = {
    "Stage": "local",
    "MailFrom": "letters@ombudsman.example",
    "ScheduleState": "DISABLED",
    "ArchiveEvents": "false",
    "LocalMailEndpoint": "http://127.0.0.1:1",
}
