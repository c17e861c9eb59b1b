"""The schedulers of transformers 5: every `SchedulerType`, by its name and by that of its function.

All but the two that listen are LambdaLR: the optimizer's lr times a factor f(t), with t the optimizer's updates. The
imports are the list.
"""

from lrcli.dialects.transformers.cosines import CosineSchedule as CosineSchedule
from lrcli.dialects.transformers.cosines import CosineWarmupWithMinLr as CosineWarmupWithMinLr
from lrcli.dialects.transformers.cosines import CosineWithMinLr as CosineWithMinLr
from lrcli.dialects.transformers.cosines import CosineWithRestarts as CosineWithRestarts
from lrcli.dialects.transformers.decays import ConstantSchedule as ConstantSchedule
from lrcli.dialects.transformers.decays import ConstantWithWarmup as ConstantWithWarmup
from lrcli.dialects.transformers.decays import InverseSqrt as InverseSqrt
from lrcli.dialects.transformers.decays import LinearSchedule as LinearSchedule
from lrcli.dialects.transformers.decays import PolynomialSchedule as PolynomialSchedule
from lrcli.dialects.transformers.listening import Greedy as Greedy
from lrcli.dialects.transformers.listening import PlateauSchedule as PlateauSchedule
from lrcli.dialects.transformers.wsd import WarmupStableDecay as WarmupStableDecay
