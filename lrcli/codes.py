"""What a schedule does that burns people: a code for each, why it happens, and what to do."""

from __future__ import annotations

from typing import NamedTuple


class Caution(NamedTuple):
    """Something that is legal but probably not meant.

    Attributes:
        code: A key of CODES.
        text: What happens in this run, with its numbers.
    """

    code: str
    text: str


class Explanation(NamedTuple):
    """What `lrcli explain` says of a code."""

    title: str
    why: str
    do: str


CODES = {
    "LR003": Explanation(
        "The schedule and the run are not equally long",
        "The schedule is stretched over more steps than the run has, so that it is cut off while the lr is still "
        "high. It happens when steps are counted before gradient accumulation or per process, or a length is "
        "copied.",
        "Let the length of the schedule (T_max, total_steps, num_training_steps, t_initial) be the number of "
        "times that the scheduler is stepped in the run.",
    ),
    "LR004": Explanation(
        "A cosine that rises again",
        "torch's CosineAnnealingLR and transformers' cosines are waves: past the trough the lr climbs back to the"
        " peak.",
        "Let T_max (num_training_steps) be the length of the run, or stop stepping the scheduler at the trough.",
    ),
    "LR005": Explanation(
        "The warm-up is as long as the run, or longer",
        "The peak is never reached, and there is no decay. It happens on small data, with a warm-up copied from a"
        " long run.",
        "Make the warm-up 1 to 10 % of the run.",
    ),
    "LR007": Explanation(
        "The lr is exactly 0 at the first step",
        "A warm-up that begins at 0 makes the first step (or epoch) train nothing: its gradients are computed in vain.",
        "One step of many does no harm. Where the warm-up counts epochs, begin it above 0: warmup_lr_init, "
        "start_factor, warmup_from.",
    ),
    "LR008": Explanation(
        "OneCycleLR runs out of steps",
        "total_steps counts calls of step(). One call more raises 'Tried to step … times', after the last batch "
        "that was counted, and the lr in force there is already past the end of the cycle.",
        "Let total_steps be epochs · steps_per_epoch, with steps per epoch counted after gradient accumulation.",
    ),
    "LR013": Explanation(
        "Restarts that never restart",
        "num_cycles counts cycles: with 1, the default of transformers' cosine_with_restarts, it is plain cosine.",
        "Give num_cycles of 2 or more (lr_scheduler_kwargs={'num_cycles': 3} in TrainingArguments).",
    ),
    "LR015": Explanation(
        "The lr jumps where one part ends and the next begins",
        "The parts do not meet. In timm without warmup_prefix the schedule's clock runs under the warm-up; in "
        "torch's SequentialLR a warm-up that is longer than its milestone is cut off, and the next scheduler "
        "starts from base_lr.",
        "Let the parts meet: warmup_prefix=True, total_iters equal to the milestone, max_lr of a part equal to "
        "the last lr of the one before. If the jump is meant, silence this.",
    ),
    "LR017": Explanation(
        "A constant schedule with a warm-up that has no effect",
        "transformers' 'constant' ignores warmup_steps.",
        "Say constant_with_warmup.",
    ),
    "LR019": Explanation(
        "OneCycleLR misses its own peak",
        "The peak is at pct_start · total_steps − 1, and the scheduler is stepped by whole numbers: where that is"
        " not whole, max_lr lies between two steps.",
        "It is off by little. Choose pct_start so that pct_start · total_steps is whole if the peak matters.",
    ),
    "LR020": Explanation(
        "The parts are longer than the run",
        "What comes after the end of the run is never played.",
        "Shorten the parts, or leave the length of the last one open.",
    ),
    "LR021": Explanation(
        "A schedule that listens, without anything to hear",
        "What it does depends on a metric; without one lrcli lets it listen to a made-up loss, the same every time.",
        "Give it yours: --metric log.csv, or --metric log.csv:val_loss.",
    ),
    "LR030": Explanation(
        "A factor that is never taken back",
        "With total_iters=0 torch's LinearLR and ConstantLR apply their first factor in the constructor and never"
        " undo it.",
        "Leave the scheduler out, or give total_iters of 1 or more.",
    ),
    "LR031": Explanation(
        "A scheduler in a chain that overwrites the others",
        "LambdaLR, CyclicLR, OneCycleLR and CosineAnnealingWarmRestarts set the lr whatever it was, so that a "
        "ChainedScheduler forgets what the members before them did, at every step.",
        "Chain only schedulers that multiply the lr, or write the product as one LambdaLR.",
    ),
    "LR032": Explanation(
        "Warm-up and decay are longer than the schedule",
        "The stable phase gets a negative length: transformers raises nothing, and the lr falls from the peak "
        "into the middle of the decay.",
        "Let num_warmup_steps + num_decay_steps be at most num_training_steps; mind the order of the arguments "
        "(warm-up, decay, training, stable).",
    ),
    "LR033": Explanation(
        "GreedyLR cannot lower the lr",
        "Its min_lr is 1e-3 by default, above most learning rates of fine-tuning.",
        "Give a min_lr below your lr.",
    ),
    "LR034": Explanation(
        "A step schedule that never decays",
        "timm's StepLRScheduler and MultiStepLRScheduler have decay_rate=1 by default.",
        "Give decay_rate=0.1, say.",
    ),
    "LR035": Explanation(
        "timm's milestones act one epoch early",
        "MultiStepLRScheduler compares its milestones with t + 1, on purpose: [30, 60] decays at 29 and 59.",
        "Add 1 to each milestone to match torch's MultiStepLR.",
    ),
    "LR036": Explanation(
        "A plateau that waits for the metric to rise",
        "timm's PlateauLRScheduler has mode='max' by default: with a loss every epoch is bad.",
        "Give mode=min for a loss.",
    ),
    "LR102": Explanation(
        "The rules for an LR range test disagree",
        "Each tool smooths and cuts the test in its own way and looks for another thing: the steepest fall, a tenth of "
        "the lowest loss, a point in the valley. Their picks are 35 to 550 times apart, for the median test.",
        "Use half of the lr at which the smoothed loss is lowest: over 27 tests with the answer known it lost 2.6 % of "
        "what training gains, and the other rules 5 to 67 %. Try the range around it if you can.",
    ),
    "LR103": Explanation(
        "The loss follows the law loosely",
        "The losses of the log are 2 to 7 % of their fall away from the law; language models are 0.3 to 5 %. The "
        "order of schedules is then still useful, but their losses may be further off than is printed.",
        "Use the validation loss, and a log with more readings. Trust the order, not the level.",
    ),
    "LR104": Explanation(
        "A prediction for a much longer run",
        "The run is more than 1.5 times as long as the log. Single losses were then off by up to 0.04 nats, twice as "
        "much as near the length of the log.",
        "Compare schedules of one length, or log a longer run.",
    ),
    "LR105": Explanation(
        "The fit is to the training loss",
        "A training loss is noisier than a validation loss, and falls further where data is seen again.",
        "Name a validation loss with --loss, if the log has one of at least 12 readings.",
    ),
    "LR106": Explanation(
        "The log ends before its run",
        "The log says that the run has more steps. What the rest of the decay gains is not in it.",
        "Wait for the end of the run, or read the predictions as from a shorter one.",
    ),
    "LR107": Explanation(
        "A shorter run than any that was checked",
        "The laws were checked on runs of 3,600 to 200,000 steps. On runs of 1,500 and 3,000 steps they were off by "
        "0.04 nats of a fall of 0.7, and the exponents that fit best were others.",
        "Trust an order that is called, not the level.",
    ),
    "LR108": Explanation(
        "The range test ends before the loss rises",
        "The loss is lowest near the end of the test, so that a higher lr might be better still.",
        "Test up to a higher lr.",
    ),
    "LR109": Explanation(
        "The loss rises in the first part of the range test",
        "A moving average that starts at 0, or the first updates of the optimizer, make the loss rise before it falls. "
        "That part is left out.",
        "Nothing, if the rest falls. Else begin at a higher lr, or leave more out with --skip-start.",
    ),
}
