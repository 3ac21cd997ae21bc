from civic.notifications.following.rules import Rhythm, TopicKind
from civic.web.schemas import BaseSchema, Line, OneOf


class FollowSchema(BaseSchema):
    kind = OneOf(TopicKind, required=True)
    key = Line(1, 40, required=True)
    rhythm = OneOf(Rhythm, required=True)
