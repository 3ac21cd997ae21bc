from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model


class ArgumentMark(Model):
    """Somebody says that an argument enlightens her, which is not that she agrees. When an account is deleted the mark stays and is nobody's."""

    __tablename__ = "argument_mark"
    __table_args__ = (sa.UniqueConstraint("argument_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    argument_id: Mapped[int] = mapped_column(sa.ForeignKey("argument.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
