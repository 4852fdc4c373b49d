#ifndef GOMAGIC_PAGES_H
#define GOMAGIC_PAGES_H

/* Give back to the system what is mapped of this library's file and was never written to, code and constants: the start has
   read most of it, and is over. What is needed again comes from the system's cache of the file. gomagic/bind/plain.py calls
   it as well. */
void gomagic_give_back_pages(void);
#endif
