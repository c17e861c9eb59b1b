"""The schedulers of timm 1.0 and its factory. The imports are the list.

timm's loop calls step(t) at the end of t − 1, with t counted from 1, so that lr(0) is what the constructor leaves: the
first lr of the warm-up, or the optimizer's lr.
"""

from lrcli.dialects.timm.cycles import CosineLRScheduler as CosineLRScheduler
from lrcli.dialects.timm.cycles import PolyLRScheduler as PolyLRScheduler
from lrcli.dialects.timm.cycles import TanhLRScheduler as TanhLRScheduler
from lrcli.dialects.timm.factory import CreateScheduler as CreateScheduler
from lrcli.dialects.timm.plateau import PlateauLRScheduler as PlateauLRScheduler
from lrcli.dialects.timm.steps import MultiStepLRScheduler as MultiStepLRScheduler
from lrcli.dialects.timm.steps import StepLRScheduler as StepLRScheduler
from lrcli.dialects.timm.wsd import WSDLRScheduler as WSDLRScheduler
