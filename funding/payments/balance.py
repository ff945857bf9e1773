"""What one region was given, what of it is paid, and what may still be paid. Pure: no Django."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Balance:
    """Whole yuan of one region in one round, all of them at least 0.

    ``allocated`` is the amount of the run in force, ``paid`` the sum of released payments, ``proposed`` that of those
    which wait for a decision. ``excluded`` says that the run gives the region nothing (N24).
    """

    label: str
    allocated: int = 0
    paid: int = 0
    proposed: int = 0
    excluded: bool = False

    @property
    def rest(self) -> int:
        """What can still be proposed."""
        return max(0, self.allocated - self.paid - self.proposed)

    @property
    def overpaid(self) -> int:
        """What was paid above the amount, as a correction can leave it."""
        return max(0, self.paid - self.allocated)

    def refusal(self, amount: int) -> str:
        """Return in a Chinese sentence why ``amount`` cannot be proposed, or nothing."""
        if amount <= 0:
            return "拨付金额应大于零。"
        if self.overpaid:
            return f"{self.label}已多拨 {self.overpaid:,} 元，不能再拨付。"
        if self.excluded:
            return f"{self.label}不予支持，不能拨付。"
        if amount > self.rest:
            return f"超出{self.label}可拨付的 {self.rest:,} 元（{self.in_words}）。"
        return ""

    @property
    def in_words(self) -> str:
        """The sums that the rest comes from."""
        waits = f"，待批准 {self.proposed:,} 元" if self.proposed else ""
        return f"分配 {self.allocated:,} 元，已拨付 {self.paid:,} 元{waits}"


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over regions; what one was paid too much is not taken from the rest of another."""

    allocated: int
    paid: int
    proposed: int
    rest: int
    overpaid: int

    @classmethod
    def of(cls, balances: Iterable[Balance]) -> "Totals":
        """Return the sums over ``balances``."""
        rows = list(balances)
        return cls(
            allocated=sum(row.allocated for row in rows),
            paid=sum(row.paid for row in rows),
            proposed=sum(row.proposed for row in rows),
            rest=sum(row.rest for row in rows),
            overpaid=sum(row.overpaid for row in rows),
        )
