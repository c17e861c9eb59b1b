"""Schedules to start from for each kind of training, with when to use them, when not, and their sources."""

from __future__ import annotations

from typing import NamedTuple


class Preset(NamedTuple):
    """A schedule that is known to work.

    Attributes:
        spec: The schedule as inline text.
        run: Its run, as options.
        when: When to use it.
        not_when: When not to use it.
        source: Its publication, and the recipe in configs/, if there is one.
    """

    spec: str
    run: str
    when: str
    not_when: str
    source: str


PRESETS: dict[str, tuple[Preset, ...]] = {
    "llm-pretraining": (
        Preset(
            "wsd:max_lr=1e-3,warmup=1%,decay_length=20%,decay_shape=1-sqrt",
            "--steps 100k",
            "The length of the run is not known, or several models are to branch off one run.",
            "The run cannot be continued for the decay: until then the loss stays high.",
            "Hägele et al., arXiv:2405.18392; MiniCPM, arXiv:2404.06395 (configs/wsd.yaml)",
        ),
        Preset(
            "cosine:max_lr=6e-4,min_lr=6e-5,warmup=2000",
            "--steps 600k",
            "The length is known and fixed.",
            "The run may be extended: the lr would have to rise again.",
            "Hoffmann et al., arXiv:2203.15556; nanoGPT (configs/nanogpt.yaml)",
        ),
        Preset(
            "linear:start_lr=6e-4,end_lr=0,warmup=2000",
            "--steps 600k",
            "The length is known, and the model is not trained further afterwards.",
            "The model is to be trained further: the lr has ended at 0.",
            "Bergsma et al., arXiv:2502.15938",
        ),
    ),
    "finetuning": (
        Preset(
            "linear:start_lr=2e-5,end_lr=0,warmup=6%",
            "--steps 3000",
            "All weights of a pre-trained transformer, for a few epochs.",
            "Adapters such as LoRA: they take a peak about ten times as high.",
            "BERT, arXiv:1810.04805; RoBERTa, arXiv:1907.11692",
        ),
        Preset(
            "cosine:max_lr=2e-5,warmup=3%",
            "--steps 3000",
            "Instruction tuning of a language model, for up to three epochs.",
            "Very short runs of some hundred steps: make the warm-up longer.",
            "Stanford Alpaca",
        ),
    ),
    "vision": (
        Preset(
            "cosine:max_lr=0.5,warmup=5,warmup_from=0.005",
            "--epochs 600",
            "Convolutional networks with SGD, for long runs.",
            "Runs that you may stop early: half of the gain comes at the end.",
            "torchvision's new recipe (configs/torchvision.yaml)",
        ),
        Preset(
            "cosine:max_lr=1e-3,min_lr=1e-5,warmup=5,warmup_from=1e-6,warmup_prefix=false",
            "--epochs 300",
            "Vision transformers with AdamW.",
            "Batches other than 1024: scale the peak with --batch-scale.",
            "DeiT, arXiv:2012.12877 (configs/deit.yaml)",
        ),
        Preset(
            "step:max_lr=0.1,step_size=30",
            "--epochs 90",
            "To compare with results of papers on ResNets.",
            "To be as good as possible: cosine is better at the same cost.",
            "He et al., arXiv:1512.03385 (configs/resnet50.yaml)",
        ),
    ),
    "short-runs": (
        Preset(
            "one-cycle:max_lr=0.1",
            "--steps 5000",
            "Few epochs, with the highest lr that an LR range test allows.",
            "Fine-tuning: the peak destroys what was learnt.",
            "Smith and Topin, arXiv:1708.07120",
        ),
    ),
    "translation": (
        Preset(
            "noam:d_model=512,warmup_steps=4000",
            "--steps 100k",
            "The original Transformer with Adam.",
            "Runs of known length: cosine or linear decay end lower.",
            "Vaswani et al., arXiv:1706.03762 (configs/transformer.yaml)",
        ),
    ),
}
"""The presets by the kind of training, the first choice first."""
