"""State and use cases of the studio: QObjects on the GUI thread. QtCore and QtGui, never QtWidgets."""
