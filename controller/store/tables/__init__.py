"""The tables, by subject; importing this knows them all."""

from controller.store.tables.accounts import accounts as accounts
from controller.store.tables.accounts import sessions as sessions
from controller.store.tables.broadcasts import facts as facts
from controller.store.tables.broadcasts import occurrences as occurrences
from controller.store.tables.broadcasts import plans as plans
from controller.store.tables.broadcasts import programmes as programmes
from controller.store.tables.broadcasts import receipts as receipts
from controller.store.tables.calendars import calendar_entries as calendar_entries
from controller.store.tables.calendars import programme_changes as programme_changes
from controller.store.tables.calendars import silences as silences
from controller.store.tables.columns import metadata as metadata
from controller.store.tables.contents import bulletins as bulletins
from controller.store.tables.contents import lexicon as lexicon
from controller.store.tables.contents import recordings as recordings
from controller.store.tables.incidents import incident_steps as incident_steps
from controller.store.tables.incidents import incidents as incidents
from controller.store.tables.letters import inbox as inbox
from controller.store.tables.letters import outbox as outbox
from controller.store.tables.letters import refusals as refusals
from controller.store.tables.places import areas as areas
from controller.store.tables.places import device_states as device_states
from controller.store.tables.places import devices as devices
from controller.store.tables.places import enrolment_codes as enrolment_codes
from controller.store.tables.renders import renders as renders
