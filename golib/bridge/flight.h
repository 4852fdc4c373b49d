#ifndef GOMAGIC_FLIGHT_H
#define GOMAGIC_FLIGHT_H
#include "python.h"

/* A call that is under way in a goroutine while Python does something else. gomagic/bind/aio.py looks these up by their
   names, and calls them with the GIL.

   gomagic_takes_context tells of whatever Python can call whether it is a function, method or function with type parameters
   of this library that takes a context. gomagic_take_off begins a call of such a one, with arguments in a tuple and a dict:
   when it is over, a byte is written to the file, unless one lies there already. Returns the flight, of which somebody must
   keep hold until it has landed. gomagic_cancel cancels its context. gomagic_landed returns the numbers of those that are
   over, in a list. gomagic_land returns what the call has returned, or raises what it has failed with; once.

   gomagic_begin_item begins with the next of an iterator, and tells whether it is there for its `next` already. If not,
   gomagic_await_item does the same as for a call, and returns the number. gomagic_forgo has the iterator end instead, and what is waited for is over. gomagic_is_iterator tells whether
   it is one of this library's. */
int gomagic_takes_context(PyObject *called);
PyObject *gomagic_take_off(PyObject *function, PyObject *args, PyObject *keywords, int file);
PyObject *gomagic_flight_number(PyObject *flight);
void gomagic_cancel(PyObject *flight);
PyObject *gomagic_landed(int file);
PyObject *gomagic_land(PyObject *flight);
int gomagic_is_iterator(PyObject *object);
int gomagic_begin_item(PyObject *iterator);
PyObject *gomagic_await_item(PyObject *iterator, int file);
void gomagic_forgo(PyObject *iterator);

#pragma GCC visibility push(hidden)

/* 0 or -1. */
int gomagic_prepare_flights(void);

#pragma GCC visibility pop
#endif
