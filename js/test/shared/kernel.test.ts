import { describe, expect, test } from "vitest";
import { watchKernel } from "../../src/shared/kernel";
import { FakeTransport } from "./fake_transport";

/** As in Jupyter, a change event carries the model. */
class JupyterModel extends FakeTransport {
  comm_live = false;
  override set(name: string, value: unknown) {
    if (this.values[name] === value) return;
    this.values[name] = value;
    this.tell(`change:${name}`, this);
  }
}

describe("whether a kernel answers", () => {
  test("is learnt from Jupyter's model, and anew when a kernel comes or goes", () => {
    const transport = new JupyterModel({ probe: null });
    const { live, dispose } = watchKernel(transport, "probe");
    expect(live.value).toBe(false);
    transport.comm_live = true;
    transport.tell("comm_live_update");
    expect(live.value).toBe(true);
    dispose();
    transport.comm_live = false;
    transport.tell("comm_live_update");
    expect(live.value).toBe(true);
  });

  test("is asked by a change that is put back and not sent", () => {
    const transport = new JupyterModel({ probe: 5 });
    watchKernel(transport, "probe");
    expect([transport.values.probe, transport.saves]).toEqual([5, 0]);
  });

  test("is taken for granted where a host does not say, and where no trait is given to ask with", () => {
    expect(watchKernel(new FakeTransport(), "probe").live.value).toBe(true);
    expect(watchKernel(new JupyterModel(), null).live.value).toBe(true);
  });

  test("is false in a saved page", () => {
    expect(watchKernel(Object.assign(new FakeTransport(), { live: false }), null).live.value).toBe(false);
  });
});
