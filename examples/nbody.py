"""Moves a small solar system and prints its energy before and after: float arithmetic on objects.

    taipan examples/nbody.py [STEPS]
"""

import sys

SOLAR_MASS = 39.47841760435743
DAYS = 365.24


class Body:
    def __init__(self, name, position, velocity, mass):
        self.name = name
        self.x, self.y, self.z = position
        self.vx, self.vy, self.vz = (v * DAYS for v in velocity)
        self.mass = mass * SOLAR_MASS


def system():
    return [
        Body("sun", (0, 0, 0), (0, 0, 0), 1),
        Body("jupiter", (4.8414, -1.1603, -0.1036), (0.00166, 0.0077, -0.000069), 0.000954),
        Body("saturn", (8.3434, 4.1248, -0.4035), (-0.00277, 0.00499, 0.000023), 0.000286),
        Body("uranus", (12.8944, -15.1112, -0.2233), (0.00296, 0.00238, -0.00003), 0.0000437),
        Body("neptune", (15.3797, -25.9193, 0.1793), (0.00268, 0.00163, -0.000095), 0.0000515),
    ]


def advance(bodies, dt):
    for i, a in enumerate(bodies):
        for b in bodies[i + 1 :]:
            dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            magnitude = dt / (dx * dx + dy * dy + dz * dz) ** 1.5
            a.vx -= dx * b.mass * magnitude
            a.vy -= dy * b.mass * magnitude
            a.vz -= dz * b.mass * magnitude
            b.vx += dx * a.mass * magnitude
            b.vy += dy * a.mass * magnitude
            b.vz += dz * a.mass * magnitude
    for body in bodies:
        body.x += dt * body.vx
        body.y += dt * body.vy
        body.z += dt * body.vz


def energy(bodies):
    total = 0.0
    for i, a in enumerate(bodies):
        total += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
        for b in bodies[i + 1 :]:
            distance = ((a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2) ** 0.5
            total -= a.mass * b.mass / distance
    return total


def main():
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    bodies = system()
    print(f"{energy(bodies):.9f}")
    for _ in range(steps):
        advance(bodies, 0.01)
    print(f"{energy(bodies):.9f}")


main()
