//go:build ignore

/* The loops of loops.go once more: ctypes calls both in the same way. All memory is the caller's. The line above keeps
   this file out of the Go package, which has functions of the same names. */

#include <ctype.h>
#include <stdint.h>

void Noop(void) {}

int64_t Add(int64_t a, int64_t b) { return a + b; }

double Pi(int64_t terms) {
    double total = 0, sign = 4;
    for (int64_t i = 0; i < terms; i++) {
        total += sign / (double)(2 * i + 1);
        sign = -sign;
    }
    return total;
}

uint32_t Hash(const unsigned char *text, int64_t n) {
    uint32_t code = 2166136261u;
    for (int64_t i = 0; i < n; i++)
        code = (code ^ text[i]) * 16777619u;
    return code;
}

void Upper(const unsigned char *text, unsigned char *out, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        out[i] = (unsigned char)toupper(text[i]);
}

void Shuffle(double *xs, int64_t n, uint32_t seed) {
    for (int64_t i = n - 1; i > 0; i--) {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        uint64_t j = (uint64_t)seed * (uint64_t)(i + 1) >> 32;
        double x = xs[i];
        xs[i] = xs[j];
        xs[j] = x;
    }
}

double Sum(const double *xs, int64_t n) {
    double total = 0;
    for (int64_t i = 0; i < n; i++)
        total += xs[i];
    return total;
}

double Dot(const double *xs, const double *ys, int64_t n) {
    double total = 0;
    for (int64_t i = 0; i < n; i++)
        total += xs[i] * ys[i];
    return total;
}

/* Calls a function so and so many times: what a call costs where the caller is C. */
void Repeat(void (*function)(void), int64_t times) {
    while (times-- > 0)
        function();
}
