// The runtime has the body of setCrashFD; without a file like this one the compiler would want it here.
