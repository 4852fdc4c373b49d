"""The Python side of the comparison: outlier detection as a gRPC service, on a free port of this machine.

python server.py    prints the port, then serves until its standard input is closed
"""

import sys
from concurrent import futures
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "example" / "outliers"))

import detector_pb2
import detector_pb2_grpc
import grpc
import numpy as np
import outliers


class Detector(detector_pb2_grpc.DetectorServicer):
    """Finds outliers by the function that the in-memory call uses, too."""

    def DetectStream(self, readings, context):
        """As one writes it first: take the readings as they come, then make an array of the list."""
        values = [reading.value for reading in readings]
        return answer(np.array(values, dtype=float), context)

    def DetectReadings(self, message, context):
        """The same readings, all in one message: they are read from it one by one."""
        values = (reading.value for reading in message.readings)
        return answer(np.fromiter(values, dtype=float, count=len(message.readings)), context)

    def DetectPacked(self, series, context):
        """The bytes of the message are the array; nothing is converted."""
        return answer(np.frombuffer(series.values, dtype="<f8"), context)


def answer(series, context):
    try:
        return detector_pb2.Outliers(positions=outliers.find(series))
    except ValueError as error:
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))


def main():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    detector_pb2_grpc.add_DetectorServicer_to_server(Detector(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    sys.stdin.read()  # whoever started us may die without a word; a closed pipe tells
    server.stop(None).wait()


if __name__ == "__main__":
    main()
