"""List the models of one outcome, one module each."""

from policies.diagnosis.members.base import Fitted, Member
from policies.diagnosis.members.ensemble import Ensemble
from policies.diagnosis.members.kernel import Kernel
from policies.diagnosis.members.logistic import Logistic
from policies.diagnosis.members.network import Network
from policies.diagnosis.members.scores import News2, NurseLevel
from policies.diagnosis.members.trees import Boosting, ExtraTrees, Forest

__all__ = [
    "MEMBERS",
    "Boosting",
    "Ensemble",
    "ExtraTrees",
    "Fitted",
    "Forest",
    "Kernel",
    "Logistic",
    "Member",
    "Network",
    "News2",
    "NurseLevel",
]

MEMBERS: tuple[Member, ...] = (
    NurseLevel(),
    News2(),
    Logistic(),
    Boosting(),
    Forest(),
    ExtraTrees(),
    Kernel(),
    Network(),
    Ensemble(),
    Ensemble(name="blend", members=(Logistic(inverse_ridge=0.3), Boosting())),
    Logistic(name="logistic_with_nurse", uses_nurse=True),
)
"""All members, comparators first, in the order of tables."""
