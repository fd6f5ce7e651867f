#include "mq_f32_softmax.h"

#include <math.h>

double mq_f32_softmax_cross_entropy(const float *logits, const int *labels, float *gradient,
                                    double smoothing, long n, long k) {
  double loss = 0;
  for (long i = 0; i < n; i++) {
    const float *row = logits + i * k;
    double largest = row[0], total = 0, mean = 0;
    for (long j = 1; j < k; j++) largest = row[j] > largest ? row[j] : largest;
    for (long j = 0; j < k; j++) total += exp(row[j] - largest);
    for (long j = 0; j < k; j++) mean += row[j];
    mean /= (double)k;
    // -sum_j t_j (x_j - log Z), with the targets' sum 1.
    double log_z = largest + log(total);
    loss += log_z - (1 - smoothing) * row[labels[i]] - smoothing * mean;
    if (!gradient) continue;
    for (long j = 0; j < k; j++) {
      double target = smoothing / (double)k + (j == labels[i] ? 1 - smoothing : 0);
      gradient[i * k + j] = (float)((exp(row[j] - log_z) - target) / (double)n);
    }
  }
  return loss;
}

long mq_f32_count_top(const float *logits, const int *labels, long top, long n, long k) {
  long count = 0;
  for (long i = 0; i < n; i++) {
    const float *row = logits + i * k;
    float mine = row[labels[i]];
    long ahead = 0;
    for (long j = 0; j < k; j++) ahead += row[j] > mine || (row[j] == mine && j < labels[i]);
    // A NaN compares with nothing and would rank first.
    count += ahead < top && !isnan(mine);
  }
  return count;
}
