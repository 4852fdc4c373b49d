#ifndef GOMAGIC_FAULTS_H
#define GOMAGIC_FAULTS_H

/* Of the first library of plain Go in a process: from now on faults go at once to the library whose code they happen in. handler:
   of SIGSEGV, as Go has set it in one that has been loaded; to be called for each, in their order. 0, or -1 where that cannot
   be: then each library passes them on to the one before it, as Go has it. */
int gomagic_pass_faults(void *handler);
#endif
