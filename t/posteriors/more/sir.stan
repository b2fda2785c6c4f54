functions {
  real[] sir(real t, real[] y, real[] theta, real[] x_r, int[] x_i) {
    real dy[3];
    dy[1] = -theta[1] * y[1] * y[2] / x_r[1];
    dy[2] = theta[1] * y[1] * y[2] / x_r[1] - theta[2] * y[2];
    dy[3] = theta[2] * y[2];
    return dy;
  }
}
data { int<lower=1> N; real ts[N]; int<lower=0> cases[N]; real population; real i0; }
transformed data {
  real x_r[1];
  int x_i[0];
  real y0[3];
  x_r[1] = population;
  y0[1] = population - i0;
  y0[2] = i0;
  y0[3] = 0;
}
parameters { real<lower=0> beta; real<lower=0> gamma; real<lower=0> phi_inv; }
transformed parameters {
  real y[N, 3];
  {
    real theta[2];
    theta[1] = beta;
    theta[2] = gamma;
    y = integrate_ode_rk45(sir, y0, 0, ts, theta, x_r, x_i);
  }
}
model {
  beta ~ normal(2, 1);
  gamma ~ normal(0.4, 0.5);
  phi_inv ~ exponential(5);
  for (n in 1:N) cases[n] ~ neg_binomial_2(y[n, 2], 1 / phi_inv);
}
