"""Answer inverse questions: which setting makes a measure meet a target, and how sure is that?"""
