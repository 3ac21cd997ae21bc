from civic.web.schemas import BaseSchema, Id, Whole

LARGEST_SEQ = 2**31 - 1


class ResumeFeedSchema(BaseSchema):
    after = Whole(0, LARGEST_SEQ, required=True)


class FollowConsultationSchema(BaseSchema):
    consultation_id = Id(required=True)
