"""Recordings and sound: PyAV, numpy and onnxruntime live only here. No Qt."""
