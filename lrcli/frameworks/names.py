"""The names of the frameworks, which start-up must not pay for."""

FRAMEWORKS = (
    "torch",
    "transformers",
    "timm",
    "keras",
    "optax",
    "paddle",
    "mxnet",
    "deepspeed",
    "fvcore",
    "detectron2",
    "megatron",
    "composer",
    "fairseq",
    "t5x",
    "nanogpt",
    "modded_nanogpt",
    "torchtitan",
    "pytorch_optimizer",
    "olmo",
    "olmo_core",
)
ABBREVIATIONS = {
    "hf": "transformers",
    "pytorch": "torch",
    "tf": "keras",
    "jax": "optax",
    "mx": "mxnet",
    "ds": "deepspeed",
    "det2": "detectron2",
}
