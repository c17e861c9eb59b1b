yolo detect train data=coco8.yaml model=yolo11n.pt epochs=50 lr0=0.02 lrf=0.1 cos_lr=True optimizer=SGD imgsz=640
