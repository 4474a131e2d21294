"""The base of every widget: lock, inbox, trait types, observers and undo. It knows nothing of states."""
