"""The schedulers of torch 2.13. The imports are the list."""

from lrcli.dialects.torch.composed import ChainedScheduler as ChainedScheduler
from lrcli.dialects.torch.composed import SequentialLR as SequentialLR
from lrcli.dialects.torch.cosine import CosineAnnealingLR as CosineAnnealingLR
from lrcli.dialects.torch.cosine import CosineAnnealingWarmRestarts as CosineAnnealingWarmRestarts
from lrcli.dialects.torch.cycles import CyclicLR as CyclicLR
from lrcli.dialects.torch.cycles import OneCycleLR as OneCycleLR
from lrcli.dialects.torch.factors import ConstantLR as ConstantLR
from lrcli.dialects.torch.factors import ExponentialLR as ExponentialLR
from lrcli.dialects.torch.factors import LinearLR as LinearLR
from lrcli.dialects.torch.factors import PolynomialLR as PolynomialLR
from lrcli.dialects.torch.formulas import LambdaLR as LambdaLR
from lrcli.dialects.torch.formulas import MultiplicativeLR as MultiplicativeLR
from lrcli.dialects.torch.plateau import ReduceLROnPlateau as ReduceLROnPlateau
from lrcli.dialects.torch.steps import MultiStepLR as MultiStepLR
from lrcli.dialects.torch.steps import StepLR as StepLR
from lrcli.dialects.torch.swa import SWALR as SWALR
