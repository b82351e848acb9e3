"""swift-server.py CONF APP: runs a Swift server whose swift.conf lies beside CONF.

Swift's own programs read it from /etc/swift."""
import os
import sys

from swift.common import utils

conf, app = sys.argv[1:]
utils.set_swift_dir(os.path.dirname(conf))

from swift.common.storage_policy import reload_storage_policies  # noqa: E402 (reads swift.conf when it is loaded)
from swift.common.wsgi import run_wsgi  # noqa: E402

reload_storage_policies()
options = {}
if app == 'object-server':
    from swift.obj.server import global_conf_callback

    options['global_conf_callback'] = global_conf_callback
sys.exit(run_wsgi(conf, app, verbose=True, **options))
