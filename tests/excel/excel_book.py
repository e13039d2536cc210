"""A workbook file as Excel has it open, for xlwings' own `Book` and `App`: what the buttons ask of it."""

import shutil

import xlwings as xw


class Excel:
    """The application: its status bar, whether it draws, and the message boxes that it showed."""

    def __init__(self, answers=()):
        self.bar = []
        self.drawn = []
        self.said = []
        self.answers = list(answers)
        self.books = []
        self.pid = 1

    @property
    def status_bar(self):
        return self.bar[-1]

    @status_bar.setter
    def status_bar(self, text):
        self.bar.append(text)

    @property
    def screen_updating(self):
        return self.drawn[-1]

    @screen_updating.setter
    def screen_updating(self, value):
        self.drawn.append(value)

    def alert(self, prompt, title, buttons, mode, callback):
        self.said.append((title, prompt, buttons, mode))
        return self.answers.pop(0) if buttons != "ok" else "ok"


class Workbook:
    """The workbook, `SaveCopyAs` of COM included."""

    def __init__(self, path, excel, readable=True):
        self.fullname = str(path)
        self.name = path.name
        self.app = excel
        excel.books.append(self)
        self.readable = readable

    @property
    def api(self):
        return self

    def SaveCopyAs(self, path):  # noqa: N802 - as COM names it
        if self.readable:
            shutil.copyfile(self.fullname, path)


def opened(path, monkeypatch, answers=(), readable=True):
    """The application, with a workbook open in it whose buttons are pressed from now on."""
    excel = Excel(answers)
    book = xw.Book(impl=Workbook(path, excel, readable))
    monkeypatch.setattr(xw.Book, "_mock_caller", book, raising=False)
    return excel
