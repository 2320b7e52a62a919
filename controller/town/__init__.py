"""The town: a whole commune in memory, the real controller and real agents, under one clock that is moved by hand.

Nothing is simulated but the air (a loudspeaker that keeps time and makes no sound), the wire and the clock.
"""

from controller.town.horn import Horn as Horn
from controller.town.town import COMMUNE as COMMUNE
from controller.town.town import CONTROLLER as CONTROLLER
from controller.town.town import VILLAGES as VILLAGES
from controller.town.town import Town as Town
