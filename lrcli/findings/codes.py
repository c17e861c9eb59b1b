"""The table of findings: a code for each, why it happens, what to do, and a command with it and one without."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lrcli.problems import Severity


class Rule(NamedTuple):
    """One code, as `lrcli explain` describes it.

    Attributes:
        title: What is wrong, in a few words.
        why: What happens, and its causes.
        do: What to do about it.
        bad: Arguments of `lrcli plot` that have the finding; `log.csv` is any log of the user. Empty for findings on
            logs.
        good: Arguments without the finding, that do what was probably meant.
        severity: The severity of the finding.
    """

    title: str
    why: str
    do: str
    bad: str = ""
    good: str = ""
    severity: Severity = "warning"


CODES = {
    "LR001": Rule(
        "The spec is not valid",
        "A name, a parameter or a value is not one that lrcli or the framework accepts, or a file is not valid YAML.",
        "The message names the place and, where it can, what was probably meant. `lrcli describe NAME` lists the"
        " parameters of a schedule.",
        "cosine:max_lr=-1",
        "cosine:max_lr=0.1",
        "error",
    ),
    "LR002": Rule(
        "The file cannot be read",
        "It is missing, a directory, not permitted, too long or not UTF-8 text.",
        "Check the path. Use - to read from standard input.",
        "missing.yaml",
        "cosine",
        "error",
    ),
    "LR003": Rule(
        "The schedule is longer than the run",
        "The schedule is cut off while its lr is still high. This happens when steps are counted before gradient "
        "accumulation or once per process, or when a length is copied from another run.",
        "Set the length of the schedule (T_max, total_steps, num_training_steps, t_initial, cycle_length) to the number"
        " of times that the scheduler is stepped in the run.",
        "cosine:cycle_length=200 --epochs 90",
        "cosine:cycle_length=90 --epochs 90",
    ),
    "LR004": Rule(
        "A decay that rises again",
        "torch's CosineAnnealingLR and transformers' cosines are periodic: past the lowest point the lr climbs back to "
        "the peak.",
        "Set T_max (num_training_steps) to the length of the run, or stop stepping the scheduler at the lowest point.",
        "torch.CosineAnnealingLR:T_max=60 --epochs 90",
        "torch.CosineAnnealingLR:T_max=90 --epochs 90",
    ),
    "LR005": Rule(
        "The warm-up is as long as the run, or longer",
        "The peak is never reached, and there is no decay. This happens on small data, with a warm-up copied from a "
        "long run.",
        "Make the warm-up 1 to 10 % of the run.",
        "cosine:warmup=500 --steps 400",
        "cosine:warmup=20 --steps 400",
    ),
    "LR007": Rule(
        "The lr is 0 for a whole epoch",
        "A warm-up that starts at 0 and changes once an epoch leaves the lr at 0 during all of the first epoch: its "
        "gradients change nothing. One step of many at 0 does no harm and is not reported, nor is a run whose steps "
        "per epoch are given, in which the lr may change at each step.",
        "Start the warm-up above 0 (warmup_from, warmup_lr_init, start_factor), or step the scheduler once per batch.",
        "cosine:warmup=5 --epochs 90",
        "cosine:warmup=5,warmup_from=0.02 --epochs 90",
    ),
    "LR008": Rule(
        "OneCycleLR runs out of steps",
        "total_steps counts calls of step(). One call more raises 'Tried to step … times', after the last batch "
        "that was counted, and the lr in force there is already past the end of the cycle.",
        "Set total_steps to epochs · steps_per_epoch, with steps per epoch counted after gradient accumulation.",
        "torch.OneCycleLR:max_lr=1,total_steps=470 --steps 471",
        "torch.OneCycleLR:max_lr=1,total_steps=471 --steps 471",
    ),
    "LR009": Rule(
        "The scheduler is stepped by another clock than its lengths count",
        "A scheduler counts calls of step(). Accelerate makes one per process of a scheduler that it has prepared; a "
        "loop with gradient accumulation often makes one per batch; Lightning makes one per epoch by default. "
        "The curve is then squeezed or stretched.",
        "lrcli plan --clock draws it and says which lengths to write. Or step the scheduler once an optimizer step.",
    ),
    "LR010": Rule(
        "A resumed run goes on with another lr",
        "Most schedules are functions of the share of the run that is done, so that a longer run has another lr at the "
        "same step. A cosine that had ended at 0 is halfway up again.",
        "Go on with a spec that begins with the last lr: lrcli plan --resume-at --new-total offers four.",
    ),
    "LR011": Rule(
        "A length below 1",
        "A plain number counts epochs (or steps): 0.1 is a tenth of an epoch. Other tools read a warm-up of 0.1 as 10 %"
        " of the run.",
        "Write 10% for a share of the run, or 0.1ep if a tenth of an epoch is meant.",
        "cosine:warmup=0.1 --epochs 90",
        "cosine:warmup=10%,warmup_from=0.01 --epochs 90",
    ),
    "LR012": Rule(
        "Another scheduler takes the place of this one",
        "A DeepSpeed configuration with a scheduler of its own replaces the one that TrainingArguments name.",
        "Remove the scheduler from the DeepSpeed configuration, or set its parameters there.",
    ),
    "LR013": Rule(
        "Restarts that never restart",
        "The first cycle is as long as the run, or longer, so that nothing is repeated. transformers' num_cycles counts"
        " cycles: with 1, the default of cosine_with_restarts, it is plain cosine.",
        "Make the cycle a fraction of the run, or give num_cycles of 2 or more "
        "(lr_scheduler_kwargs={'num_cycles': 3} in TrainingArguments).",
        "cosine-restarts:cycle_length=200 --epochs 90",
        "cosine-restarts:cycle_length=30 --epochs 90",
    ),
    "LR015": Rule(
        "The lr jumps where one part ends and the next begins",
        "The parts do not meet. In timm without warmup_prefix the schedule counts its time from the start of the "
        "warm-up; in torch's SequentialLR a warm-up that is longer than its milestone is cut off, and the next "
        "scheduler starts from base_lr. A drop from one constant part to another is a step, and is not reported.",
        "Make the parts meet: warmup_prefix=True, total_iters equal to the milestone, or the first lr of a part equal "
        "to the last lr of the part before. If the jump is meant, ignore this code.",
        "linear:start_lr=0,for=10+constant:max_lr=0.05 --epochs 90 --per-step --steps-per-epoch 9",
        "linear:start_lr=0,for=10+constant:max_lr=0.1 --epochs 90 --per-step --steps-per-epoch 9",
    ),
    "LR017": Rule(
        "A constant schedule with a warm-up that has no effect",
        "transformers' 'constant' ignores warmup_steps.",
        "Use constant_with_warmup.",
        "transformers.constant:warmup_steps=10 --steps 100",
        "transformers.constant_with_warmup:num_warmup_steps=10 --steps 1000",
    ),
    "LR019": Rule(
        "OneCycleLR misses its own peak",
        "The peak is at pct_start · total_steps − 1, and the scheduler is stepped by whole numbers: where that is"
        " not whole, max_lr lies between two steps.",
        "The difference is small. Choose pct_start so that pct_start · total_steps is whole if the peak matters.",
        "torch.OneCycleLR:max_lr=1,total_steps=77,pct_start=0.33 --steps 77",
        "torch.OneCycleLR:max_lr=1,total_steps=100 --steps 100",
        "note",
    ),
    "LR020": Rule(
        "The parts are longer than the run",
        "What comes after the end of the run never happens.",
        "Shorten the parts, or leave the length of the last one open.",
        "linear:start_lr=0,for=20%+cosine:for=80 --epochs 90 --per-step --steps-per-epoch 9",
        "linear:start_lr=0,for=20%+cosine --epochs 90 --per-step --steps-per-epoch 9",
    ),
    "LR021": Rule(
        "A metric-driven schedule without a metric",
        "What it does depends on a metric; without one lrcli uses a made-up loss, the same every time.",
        "Give it the metric of a run: --metric log.csv, or --metric log.csv:val_loss.",
        "plateau",
        "plateau --metric log.csv:val_loss",
    ),
    "LR022": Rule(
        "The lr is 0 for the rest of the run",
        "The schedule or the sequence reaches 0 and stays there long before the run ends. What is trained after that "
        "changes nothing.",
        "Make the schedule as long as the run, give it a min_lr above 0, or end the run there.",
        "cosine:cycle_length=40 --epochs 90",
        "cosine:cycle_length=40,min_lr=0.001 --epochs 90",
    ),
    "LR023": Rule(
        "The lr is practically constant",
        "A schedule that should change the lr changes it by 1 % or less in this run: its first drop lies after the end,"
        " its factor is 1, or it is made for a run that is far longer.",
        "Fit its lengths and factors to the run, or use constant.",
        "step:step_size=100 --epochs 90",
        "step:step_size=30 --epochs 90",
    ),
    "LR024": Rule(
        "A relative threshold on a metric below 0",
        "With threshold_mode=rel a value must beat the best by a share of the best. If the best is negative that share "
        "has the wrong sign, and a value that is worse counts as an improvement.",
        "Set threshold_mode=abs with a threshold in the units of the metric.",
        "plateau --metric log.csv:log_likelihood",
        "plateau:threshold_mode=abs --metric log.csv:log_likelihood",
    ),
    "LR025": Rule(
        "A value that has no effect",
        "An option or a metric is given, but every schedule here sets its own value or does not use it.",
        "Leave it out, or remove the value from the spec.",
        "cosine:max_lr=0.3 --max-lr 0.1",
        "cosine --max-lr 0.1",
    ),
    "LR026": Rule(
        "A key about the lr without effect",
        "A configuration file of another tool has a key about the lr that the tool does not read there, or that lrcli"
        " does not know.",
        "Move it to where the tool reads it, or remove it; the message says which.",
    ),
    "LR030": Rule(
        "A step that never comes",
        "torch's schedulers compare their lengths and milestones with a whole count of steps. With a total_iters of 0, "
        "or of 62.5 (0.05 · 1250), ConstantLR never removes its factor and LinearLR stops short of its end_factor; "
        "MultiStepLR never reaches a milestone of 60.5.",
        "Give a whole number of 1 or more, as int(0.05 * 1250) is.",
        "torch.ConstantLR:total_iters=0 --epochs 9",
        "torch.ConstantLR:total_iters=5 --epochs 9",
    ),
    "LR031": Rule(
        "A scheduler in a chain that overwrites the others",
        "LambdaLR, CyclicLR, OneCycleLR and CosineAnnealingWarmRestarts set the lr whatever it was, so that a "
        "ChainedScheduler loses what the members before them did, at every step.",
        "Chain only schedulers that multiply the lr, or write the product as one LambdaLR.",
        "torch.ChainedScheduler:schedulers=(torch.ConstantLR+torch.LambdaLR:1) --epochs 9",
        "torch.ChainedScheduler:schedulers=(torch.ConstantLR+torch.ExponentialLR:gamma=0.9) --epochs 9",
    ),
    "LR032": Rule(
        "Warm-up and decay are longer than the run",
        "There is no time for both, so that the decay starts before the warm-up has ended: the peak is never reached, "
        "or the lr falls from the peak into the middle of the decay (transformers raises nothing).",
        "Make warm-up and decay together at most as long as the run. In get_wsd_schedule check the order of the "
        "arguments (warm-up, decay, training, stable).",
        "wsd:warmup=60,decay_length=50,warmup_from=0.01 --epochs 90",
        "wsd:warmup=10,decay_length=20,warmup_from=0.01 --epochs 90",
    ),
    "LR033": Rule(
        "GreedyLR cannot lower the lr",
        "Its min_lr is 1e-3 by default, above most learning rates of fine-tuning.",
        "Set min_lr below your lr.",
        "transformers.greedy:lr=1e-4 --steps 9 --metric log.csv:val_loss",
        "transformers.greedy:lr=1e-4,min_lr=1e-6 --steps 9 --metric log.csv:val_loss",
    ),
    "LR034": Rule(
        "A step schedule that never decays",
        "timm's StepLRScheduler and MultiStepLRScheduler have decay_rate=1 by default.",
        "Set decay_rate, for example to 0.1.",
        "timm.StepLRScheduler:decay_t=3 --epochs 9",
        "timm.StepLRScheduler:decay_t=3,decay_rate=0.1 --epochs 9",
    ),
    "LR035": Rule(
        "timm's milestones act one epoch early",
        "MultiStepLRScheduler compares its milestones with t + 1: [30, 60] decays at 29 and 59.",
        "Add 1 to each milestone to match torch's MultiStepLR.",
        "timm.MultiStepLRScheduler:decay_t=30,decay_rate=0.1 --epochs 90",
        "torch.MultiStepLR:milestones=30,gamma=0.1 --epochs 90",
        "note",
    ),
    "LR036": Rule(
        "The mode does not fit the metric",
        "With mode=max and a loss, or mode=min and an accuracy, every improvement counts as a bad epoch, and the lr is "
        "cut while the run goes well. timm's PlateauLRScheduler has mode='max' by default.",
        "Set mode=min for a loss and mode=max for an accuracy.",
        "plateau:mode=max --metric log.csv:val_loss",
        "plateau:mode=max --metric log.csv:val_accuracy",
    ),
    "LR040": Rule(
        "Keras restarts one step late",
        "CosineDecayRestarts computes the number of the cycle as a quotient of logarithms in float32. Where that comes "
        "out a little below a whole number, the step of the restart still belongs to the cycle before: its lr is the "
        "lowest, and the peak comes one step later. Which restarts are late depends on the backend; lrcli computes "
        "them as numpy does.",
        "Use t_mul=2, for which none was found, or t_mul=1.",
        "keras.CosineDecayRestarts:initial_learning_rate=0.1,first_decay_steps=10,t_mul=7,alpha=0.1 --steps 100",
        "keras.CosineDecayRestarts:initial_learning_rate=0.1,first_decay_steps=10,t_mul=2,alpha=0.1 --steps 100",
    ),
    "LR041": Rule(
        "Optax's lr becomes NaN",
        "Compiled by jax.jit, polynomial_schedule multiplies by 1/transition_steps in float32. For about half of all "
        "lengths the rest of the time comes out a little below 0 at the end, and a power of it that is not whole is "
        "NaN from there on. lrcli shows the lr without it.",
        "Take a whole power, another transition_steps (the message names one), or stop before its end.",
        "optax.polynomial_schedule:init_value=0.1,end_value=0.01,power=0.9,transition_steps=90 --steps 100",
        "optax.polynomial_schedule:init_value=0.1,end_value=0.01,power=2,transition_steps=90 --steps 100",
    ),
    "LR102": Rule(
        "The rules for an LR range test disagree",
        "Each tool smooths and cuts the test in its own way and looks for another thing: the steepest fall, a tenth of "
        "the lowest loss, a point in the valley. Their picks are 35 to 550 times apart, for the median test.",
        "Use half of the lr at which the smoothed loss is lowest: over 27 tests with the answer known it lost 2.6 % of "
        "what training gains, and the other rules 5 to 67 %. Try the range around it if you can.",
    ),
    "LR103": Rule(
        "The loss follows the law loosely",
        "The losses differ from the law by 2 to 7 % of how far they fall; with language models it is 0.3 to 5 %. The "
        "order of schedules is then still useful, but their losses may be further off than is printed.",
        "Use the validation loss, and a log with more readings. Trust the order, not the level.",
    ),
    "LR104": Rule(
        "A prediction for a much longer run",
        "The run is more than 1.5 times as long as the log. Single losses were then off by up to 0.04 nats, twice as "
        "much as near the length of the log.",
        "Compare schedules of one length, or log a longer run.",
    ),
    "LR105": Rule(
        "The fit is to the training loss",
        "A training loss is noisier than a validation loss, and falls further where data is seen again.",
        "Name a validation loss with --loss, if the log has one of at least 12 readings.",
    ),
    "LR106": Rule(
        "The log ends before its run",
        "The log says that the run has more steps. What the rest of the decay gains is not in it.",
        "Wait for the end of the run, or read the predictions as from a shorter one.",
    ),
    "LR107": Rule(
        "A shorter run than any that was checked",
        "The laws were checked on runs of 3,600 to 200,000 steps. On runs of 1,500 and 3,000 steps they were off by "
        "0.04 nats of a fall of 0.7, and the exponents that fit best were others.",
        "Trust which schedule is said to be better, not the loss that is printed.",
    ),
    "LR108": Rule(
        "The range test ends before the loss rises",
        "The loss is lowest near the end of the test, so that a higher lr might be better still.",
        "Test up to a higher lr.",
    ),
    "LR109": Rule(
        "The loss rises in the first part of the range test",
        "A moving average that starts at 0, or the first updates of the optimizer, make the loss rise before it falls. "
        "That part is left out.",
        "Nothing, if the rest falls. Else begin at a higher lr, or leave more out with --skip-start.",
    ),
    "LR120": Rule(
        "The log ends while the lr is still high",
        "The schedule is longer than the run: it was stopped early, or was made for more steps. Most of what a decay "
        "gains comes at its end.",
        "Let the schedule end where the run ends (num_training_steps, T_max), or let the run go on. A checkpoint in "
        "mid-run looks the same.",
    ),
    "LR121": Rule(
        "The warm-up takes half of the run, or the lr only rises",
        "A warm-up in steps that was copied from a longer run leaves nothing of a short one: the peak is never "
        "reached.",
        "Make the warm-up 1 to 10 % of the run.",
    ),
    "LR122": Rule(
        "The scheduler missed steps",
        "With fp16 a step whose loss scale overflows is skipped, and the scheduler is not stepped. It falls behind "
        "the log's clock.",
        "A few are harmless. Many mean that the loss scale is unstable: use bf16, or a lower initial scale.",
    ),
    "LR123": Rule(
        "A row holds the lr of the next step",
        "transformers before March 2025 (PR 36973) logged the lr after the scheduler's step.",
        "Shift the log by one step when you compare it with a schedule.",
    ),
    "LR124": Rule(
        "The lr is printed too coarsely",
        "With 5 decimals an lr below 5e-06 reads 0, and its schedule cannot be determined exactly.",
        "Log the lr with significant digits (%.3e) or as it is.",
    ),
    "LR125": Rule(
        "The lr jumps up",
        "A resume that did not restore the scheduler starts the schedule again, or a second stage began.",
        "Save and load the scheduler's state_dict with the checkpoint.",
    ),
    "LR126": Rule(
        "Several runs in one log",
        "The clock falls back: a later run was appended to the same file.",
        "Give each run a file of its own. The longest is checked.",
    ),
    "LR127": Rule(
        "Rows that appear twice",
        "Two processes write to the same log.",
        "Let only rank 0 write it.",
    ),
    "LR128": Rule(
        "Parameter groups with different learning rates",
        "Columns for different groups differ, by a warm-up of the biases or a rate for each layer.",
        "Nothing, if it is meant; --column chooses one.",
    ),
    "LR129": Rule(
        "The lr has been at its end for long",
        "The schedule is shorter than the run: the lr is practically 0, and nothing is learnt.",
        "Let the schedule be as long as the run, or give it a floor (min_lr).",
    ),
    "LR130": Rule(
        "The schedule is many times as fast as the run",
        "The scheduler is stepped once per process (Accelerate) or per micro-batch (gradient accumulation), or its "
        "length counts these.",
        "Step it once per optimizer's update, and give it the number of updates.",
    ),
    "LR131": Rule(
        "The schedule and the run are not equally long",
        "The length of the schedule that the log shows is not the length of the run that it states.",
        "Let the length of the schedule be the number of updates in the run.",
    ),
    "LR132": Rule(
        "The cosine rises again",
        "torch's CosineAnnealingLR is a wave: past T_max the lr climbs back to the peak.",
        "Let T_max be the length of the run.",
    ),
    "LR133": Rule(
        "The warm-up does not end, or takes half of the run",
        "Ultralytics multiplies its line by a warm-up of 3 epochs, or of 100 iterations if that is more: on small data "
        "it takes most of the run, and the lr stays far below lr0.",
        "Set warmup_epochs lower, or train for more epochs.",
    ),
    "LR134": Rule(
        "The lr is not a number, or negative",
        "The schedule divided by nothing, or the log was written while it was broken.",
        "Look at the first such row: what follows it did not train.",
    ),
    "LR135": Rule(
        "Another peak than was meant",
        "The highest lr of the log is not that of the configuration. Ultralytics' optimizer=auto chooses its own; "
        "scaling rules multiply it.",
        "Look for what scales or replaces the lr: auto, a batch-size rule, a sweep.",
    ),
    "LR136": Rule(
        "The log differs from the schedule that was meant",
        "From the step that is named on, the lr is not the one of the spec.",
        "Compare the parameters that both show; the finding says what the log follows instead.",
    ),
    "LR137": Rule(
        "The lr never changes, where the schedule does",
        "scheduler.step() is not called, or the lr that is logged is not the optimizer's.",
        "Step the scheduler once for each update or epoch, and log optimizer.param_groups[0]['lr'].",
    ),
    "LR138": Rule(
        "The first points are not explained",
        "The schedule that agrees with the rest does not hold there: a warm-up by another rule, or a first stage.",
        "Look at these points; Ultralytics, for example, warms up over 3 epochs, by iteration.",
    ),
    "LR139": Rule(
        "No learning rate in the log",
        "No column goes by a name that learning rates have, or nothing was logged yet.",
        "Log the lr (Trainer does every logging_steps), or name the column with --column.",
    ),
    "LR140": Rule(
        "No schedule agrees",
        "Nothing that lrcli knows gives these numbers: a scheduler of your own, several that overlap, or a mean over "
        "each epoch.",
        "If it is a common schedule, open an issue with the log; lrcli says what came nearest.",
    ),
}
