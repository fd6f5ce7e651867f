// tanh as a quotient of polynomials, odd over even, as in Eigen's `ptanh`: within 4 units of the last place
// in float32.
#ifndef MQ_TANGENT_H
#define MQ_TANGENT_H

// Beyond it tanh is 1 to that precision.
static const float tangent_saturation = 7.90531110763549805f;

// May pass 1 by a unit at the ends.
static inline float rational_tangent(float x) {
  float c = x < -tangent_saturation ? -tangent_saturation : (x > tangent_saturation ? tangent_saturation : x);
  float s = c * c;
  float p = -2.76076847742355e-16f;
  p = p * s + 2.00018790482477e-13f;
  p = p * s + -8.60467152213735e-11f;
  p = p * s + 5.12229709037114e-08f;
  p = p * s + 1.48572235717979e-05f;
  p = p * s + 6.37261928875436e-04f;
  p = p * s + 4.89352455891786e-03f;
  float q = 1.19825839466702e-06f;
  q = q * s + 1.18534705686654e-04f;
  q = q * s + 2.26843463243900e-03f;
  q = q * s + 4.89352518554385e-03f;
  return c * p / q;
}

#endif
