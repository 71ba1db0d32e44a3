"""Runs that begin by themselves: when (`timetable`), whether (`deciding`), and who begins them (`ticking`)."""
