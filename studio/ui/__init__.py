"""The window: screens, panels and widgets. QtWidgets on the GUI thread; never net, media or protocol."""
