_base_ = ["./mmdet_base.py"]
train_cfg = dict(type="IterBasedTrainLoop", max_iters=100)
param_scheduler = [dict(type="CosineAnnealingLR", T_max=100, by_epoch=False, begin=0, end=100)]
