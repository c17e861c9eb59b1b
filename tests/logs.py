"""Logs as common training tools write them, for tests: a few lines of each."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

STATE = json.dumps(
    {
        "max_steps": 60,
        "global_step": 30,
        "logging_steps": 10,
        "log_history": [
            {"epoch": 0.5, "learning_rate": 2e-05, "loss": 2.5, "step": 10},
            {"epoch": 1.0, "learning_rate": 1.5e-05, "loss": float("nan"), "step": 20},
            {"epoch": 1.0, "eval_loss": 2.25, "step": 20},
            {"epoch": 1.5, "learning_rate": 1e-05, "loss": 2.0, "step": 30},
        ],
    },
    indent=2,
)
MEGATRON = """\
 iteration       10/     100 | consumed samples: 160 | elapsed time per iteration (ms): 3.5 | learning rate: 1.500E-05 \
| global batch size: 16 | lm loss: 9.1E+00 | loss scale: 1.0 | number of skipped iterations:   2 |
 iteration       20/     100 | consumed samples: 320 | elapsed time per iteration (ms): 3.4 | learning rate: 3.000E-05 \
| global batch size: 16 | lm loss: 8.2E+00 | loss scale: 1.0 | number of skipped iterations:   0 |
"""
Format = tuple[str, str, str, list[float], list[float]]

FORMATS: dict[str, Format] = {
    "trainer_state": (STATE, "trainer_state", "step", [10, 20, 30], [2e-5, 1.5e-5, 1e-5]),
    "LLaMA-Factory": (
        (
        '{"current_steps": 5, "total_steps": 20, "loss": 1.5, "lr": 1e-4, "epoch": 0.25}\n'
        '{"current_steps": 10, "total_steps": 20, "loss": 1.25, "lr": 5e-5, "epoch": 0.5}\n'
        ),
        "LLaMA-Factory", "step", [5, 10], [1e-4, 5e-5],
    ),
    "mmcv json": (
        (
        '{"env_info": "GPU 0", "config": "lr = 0.02"}\n'
        '{"mode": "train", "epoch": 1, "iter": 50, "lr": [0.01, 0.02], "data_time": 0.1, "loss": 2.0}\n'
        '{"mode": "train", "epoch": 1, "iter": 100, "lr": 0.02, "data_time": 0.1, "loss": 1.5}\n'
        '{"mode": "val", "epoch": 1, "iter": 100, "lr": 0.02, "mAP": 0.25}\n'
        '{"mode": "train", "epoch": 2, "iter": 50, "lr": 0.015, "data_time": 0.1, "loss": 1.0}\n'
        ),
        "mmcv json", "step", [50, 100, 150], [0.01, 0.02, 0.015],
    ),
    "mmengine scalars": (
        (
        '{"lr": 0.002, "data_time": 0.1, "loss": 0.9, "epoch": 1, "step": 10}\n'
        '{"accuracy/top1": 61.2, "step": 1}\n'
        '{"lr": 0.001, "data_time": 0.1, "loss": 0.7, "epoch": 2, "step": 20}\n'
        ),
        "mmengine scalars", "step", [10, 20], [0.002, 0.001],
    ),
    "detectron2": (
        (
        '{"data_time": 0.1, "iteration": 19, "lr": 0.00019, "total_loss": 1.0}\n'
        '{"data_time": 0.1, "iteration": 39, "lr": 0.00039, "total_loss": 0.5}\n'
        ),
        "detectron2", "step", [19, 39], [0.00019, 0.00039],
    ),
    "DeiT": (
        '{"train_lr": 1e-06, "train_loss": 6.9, "epoch": 0}\n{"train_lr": 0.001, "train_loss": 6.5, "epoch": 1}\n',
        "DeiT", "epoch", [0, 1], [1e-6, 1e-3],
    ),
    "SlowFast": (
        (
        'INFO json_stats: {"_type": "train_iter_", "epoch": "1/10", "lr": 0.05}\n'
        'INFO json_stats: {"_type": "train_epoch", "epoch": "1/10", "lr": 0.1}\n'
        'INFO json_stats: {"_type": "val_epoch", "epoch": "1/10", "top1_err": 50.0}\n'
        'INFO json_stats: {"_type": "train_epoch", "epoch": "2/10", "lr": 0.05}\n'
        ),
        "SlowFast", "epoch", [1, 2], [0.1, 0.05],
    ),
    "Ultralytics": (
        (
        "                  epoch,         train/box_loss,               lr/pg0\n"
        "                      0,                 1.7915,              0.00015\n"
        "                      1,                 1.7031,              0.00030\n"
        ),
        "Ultralytics csv", "epoch", [0, 1], [0.00015, 0.0003],
    ),
    "Lightning": (
        (
        "epoch,lr-AdamW,lr-AdamW-momentum,step,train_loss,val_loss\n,0.0001,0.9,9,,\n0,,,9,1.894,\n0,,,19,,1.25\n"
        ",5e-05,0.9,19,,\n"
        ),
        "Lightning csv", "step", [9, 19], [1e-4, 5e-5],
    ),
    "Keras": (
        "epoch,accuracy,learning_rate,loss\n0,0.5,0.0010000000474974513,1.5\n1,0.6,0.0005000000237487257,1.25\n",
        "csv", "epoch", [0, 1], [0.0010000000474974513, 0.0005000000237487257],
    ),
    "tabs": ("step\tlr\n0\t0.1\n5\t0.05\n", "csv", "step", [0, 5], [0.1, 0.05]),
    "semicolons": ("step;lr\n0;0.1\n5;0.05\n", "csv", "step", [0, 5], [0.1, 0.05]),
    "blanks": ("# step lr loss\n0 0.1 2\n5 0.05 1\n", "csv", "step", [0, 5], [0.1, 0.05]),
    "Weights & Biases": (
        (
        '"Step","dashing-sun-4 - train/lr","dashing-sun-4 - train/lr__MIN","calm-sea-5 - train/lr"\n'
        '"0","0.001","0.001",""\n"10","0.0005","0.0005","0.002"\n'
        ),
        "csv", "step", [0, 10], [0.001, 0.0005],
    ),
    "finder": ('{"lr": [1e-8, 1e-7], "loss": [2.1, 2.7]}', "json", "row", [0, 1], [1e-8, 1e-7]),
    "a nested history": ('{"history": {"lr": [0.1, 0.01], "loss": [2, 1]}}', "json", "row", [0, 1], [0.1, 0.01]),
    "Megatron": (MEGATRON, "text (Megatron)", "step", [10, 20], [1.5e-5, 3e-5]),
    "mmengine": (
        (
        "Epoch(train)   [1][ 50/120]  lr: 1.0000e-03  eta: 0:01:00  loss: 1.2\n"
        "Epoch(train)   [2][ 50/120]  lr: 5.0000e-04  eta: 0:01:00  loss: 0.9\n"
        ),
        "text (mmengine)", "step", [50, 170], [1e-3, 5e-4],
    ),
    "torchvision": (
        (
        "Epoch: [0]  [ 10/100]  eta: 0:00:10  lr: 0.1  loss: 0.6 (0.7)\n"
        "Epoch: [1]  [ 10/100]  eta: 0:00:10  lr: 0.05  loss: 0.5 (0.6)\n"
        ),
        "text (torchvision)", "step", [10, 110], [0.1, 0.05],
    ),
    "timm": (
        (
        "Train: 0 [   0/1251 (  0%)]  Loss: 6.9 (6.9)  Time: 1.2s  LR: 1.000e-06  Data: 0.5\n"
        "Train: 1 [  50/1251 (  4%)]  Loss: 6.8 (6.8)  Time: 1.2s  LR: 2.000e-04  Data: 0.5\n"
        ),
        "text (timm)", "step", [0, 1301], [1e-6, 2e-4],
    ),
    "YOLOX": (
        (
        "epoch: 1/300, iter: 10/100, mem: 4Mb, total_loss: 9.9, lr: 7.073e-06, size: 640\n"
        "epoch: 2/300, iter: 10/100, mem: 4Mb, total_loss: 8.9, lr: 7.073e-05, size: 640\n"
        ),
        "text (YOLOX)", "step", [10, 110], [7.073e-6, 7.073e-5],
    ),
    "fairseq": (
        (
        "epoch 001: 10 / 99 loss=9.1, ppl=550, num_updates=10, lr=1.25e-06, gnorm=3\n"
        "epoch 001: 20 / 99 loss=8.1, ppl=300, num_updates=20, lr=2.5e-06, gnorm=3\n"
        ),
        "text (fairseq)", "step", [10, 20], [1.25e-6, 2.5e-6],
    ),
    "DeepSpeed": (
        (
        "[Rank 0] step=10, skipped=3, lr=[1.5e-04], mom=[(0.9, 0.999)]\n"
        "[Rank 0] step=20, skipped=3, lr=[2.5e-04], mom=[(0.9, 0.999)]\n"
        ),
        "text (DeepSpeed)", "step", [10, 20], [1.5e-4, 2.5e-4],
    ),
    "Caffe": (
        "I0101 sgd.cpp:106] Iteration 0, lr = 0.01\nI0101 sgd.cpp:106] Iteration 50, lr = 0.001\n",
        "text (Caffe)", "step", [0, 50], [0.01, 0.001],
    ),
    "transformers' prints": (
        "{'loss': 2.5, 'learning_rate': 2e-05, 'epoch': 0.5}\n{'loss': nan, 'learning_rate': 1e-05, 'epoch': 1.0}\n",
        "json lines", "epoch", [0.5, 1.0], [2e-5, 1e-5],
    ),
    "nanoGPT's kind": (
        "step 10: loss 3.25, lr 1e-3, time 20ms\nstep 20: loss 3.0, lr 5e-4, time 20ms\n",
        "text (steps)", "step", [10, 20], [1e-3, 5e-4],
    ),
    "timm summary": (
        "epoch,train_loss,eval_loss,eval_top1,lr\n0,6.9,6.8,1.5,1e-06\n1,6.5,6.4,2.5,0.001\n",
        "csv", "epoch", [0, 1], [1e-6, 1e-3],
    ),
    "Weights & Biases' history": (
        (
        '{"_step": 0, "_runtime": 1.5, "train/global_step": 10, "train/learning_rate": 0.001, "train/loss": 2}\n'
        '{"_step": 1, "_runtime": 3.0, "train/global_step": 20, "train/learning_rate": 0.0005, "train/loss": 1}\n'
        ),
        "json lines", "step", [10, 20], [1e-3, 5e-4],
    ),
    "tqdm": (
        (
        "Epoch 0:  50%|█████     | 50/100 [00:05<00:05, 10it/s, loss=2.5, lr=1.000e-03]\r"
        "Epoch 1:  50%|█████     | 50/100 [00:05<00:05, 10it/s, loss=1.5, lr=5.000e-04]\r"
        ),
        "text (tqdm)", "step", [50, 150], [1e-3, 5e-4],
    ),
    "diffusers": (
        (
        "Steps:   1%|          | 10/1000 [00:01<01:40,  9.9it/s, lr=1e-5, step_loss=0.1]\r"
        "Steps:   2%|          | 20/1000 [00:02<01:40,  9.9it/s, lr=2e-5, step_loss=0.1]\r"
        ),
        "text (tqdm)", "step", [10, 20], [1e-5, 2e-5],
    ),
    "Swin": (
        (
        "[2024-05-01 10:00:00 swin] (m.py 9): INFO Train: [0/300][10/100]\teta 0:10 lr 0.000100\t wd 0.05\tloss 6.9\n"
        "[2024-05-01 10:00:00 swin] (m.py 9): INFO Train: [1/300][10/100]\teta 0:10 lr 0.000200\t wd 0.05\tloss 6.8\n"
        ),
        "text (Swin)", "step", [10, 110], [1e-4, 2e-4],
    ),
    "OpenCLIP": (
        (
        "2024-05-01,10:00:00 | INFO | Train Epoch: 0 [ 256/2560 (10%)] Data (t): 0.1 LR: 0.000100 Loss: 5.5\n"
        "2024-05-01,10:00:00 | INFO | Train Epoch: 1 [ 256/2560 (10%)] Data (t): 0.1 LR: 0.000200 Loss: 5.4\n"
        ),
        "text (OpenCLIP)", "step", [256, 2816], [1e-4, 2e-4],
    ),
    "PaddleClas": (
        (
        "[2024/05/01 10:00:00] ppcls INFO: [Train][Epoch 1/9][Iter: 10/99]lr(LinearWarmup): 0.00010000, CELoss: 6.9\n"
        "[2024/05/01 10:00:00] ppcls INFO: [Train][Epoch 2/9][Iter: 10/99]lr(LinearWarmup): 0.00020000, CELoss: 6.8\n"
        ),
        "text (PaddleClas)", "step", [10, 109], [1e-4, 2e-4],
    ),
    "ESPnet": (
        (
        "[host] (trainer:720) INFO: 1epoch:train:1-20batch: iter_time=0.1, loss=10, optim0_lr0=1.000e-04\n"
        "[host] (trainer:720) INFO: 1epoch:train:21-40batch: iter_time=0.1, loss=9, optim0_lr0=2.000e-04\n"
        ),
        "text (ESPnet)", "step", [20, 40], [1e-4, 2e-4],
    ),
    "Keras's prints": (
        (
        "Epoch 1/9\n10/10 - 1s - loss: 0.5 - val_loss: 0.4 - learning_rate: 1.0000e-03\n"
        "Epoch 2/9\n10/10 - 1s - loss: 0.4 - val_loss: 0.3 - learning_rate: 5.0000e-04\n"
        ),
        "text (epochs)", "epoch", [1, 2], [1e-3, 5e-4],
    ),
}  # fmt: skip
"""By tool: the text, what it is recognised as, and clock, x and y of its first column of learning rates."""


def _varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def _field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def events(scalars: Iterable[tuple[str, int, float]]) -> bytes:
    """Return an event file with these scalars: tag, step, value."""
    bodies = [_field(3, b"brain.Event:2")]
    for tag, step, value in scalars:
        number = _varint(2 << 3 | 5) + struct.pack("<f", value)
        bodies.append(_field(2, step) + _field(5, _field(1, _field(1, tag.encode()) + number)))
    return b"".join(struct.pack("<Q", len(body)) + b"crc!" + body + b"crc!" for body in bodies)
