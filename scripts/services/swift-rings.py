"""swift-rings.py FOLDER NAME=PORT…: a ring of one copy on one device, d1, for each server."""
import sys

from swift.common.ring import RingBuilder

folder = sys.argv[1]
for name, port in (argument.split('=') for argument in sys.argv[2:]):
    builder = RingBuilder(part_power=4, replicas=1, min_part_hours=0)
    address = {'ip': '127.0.0.1', 'port': int(port)}
    builder.add_dev({
        **address, 'replication_ip': address['ip'], 'replication_port': address['port'],
        'region': 1, 'zone': 1, 'device': 'd1', 'weight': 1, 'meta': '',
    })
    builder.rebalance()
    builder.get_ring().save(f'{folder}/{name}.ring.gz')
