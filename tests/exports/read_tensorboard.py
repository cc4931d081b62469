"""Prints what TensorBoard's own reader finds in a folder of event files, as JSON."""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata

events = EventAccumulator(sys.argv[1], size_guidance={"tensors": 0, "scalars": 0}).Reload()
tags = events.Tags()
content = events.PluginTagToContent("hparams")["_hparams_/session_start_info"]
hparams = metadata.parse_session_start_info_plugin_data(content).hparams
print(
    json.dumps(
        {
            "scalars": {
                tag: [[event.step, event.value] for event in events.Scalars(tag)]
                for tag in tags["scalars"]
            },
            "hparams": {
                name: getattr(value, value.WhichOneof("kind")) for name, value in hparams.items()
            },
        }
    )
)
