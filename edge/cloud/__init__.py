"""The one door to the cloud half. Only this room and the bench import `cloud_bridge` as well.

A question goes in; what comes out is said clause by clause, while the rest is still being written.
The device's skills go in as tools, with their own plans and questions; answers to "shall I?" are
understood here, on the device. Where no model is set up, an honest sentence says so.
"""
