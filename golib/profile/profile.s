// The runtime has the body of readProfile; without a file like this one the compiler would want it here.
