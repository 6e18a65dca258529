import Glibc
import LoqaBase
import LoqaWake
import RelayIO
import Testing

/// The host of an engine process, with shell scripts in the engine's place and a made-up clock.
struct WakeEngineProcessTests {
    @Test func `positions are told on the capture clock, blocks that were lost included`() {
        let host = engine(
            "echo ready fake; head -c 1280 >/dev/null; echo wake 160 640 hey computer; cat >/dev/null")
        host.start(at: ms(0))
        let block = [Int16](repeating: 1, count: 320)
        host.feed(block.span, at: SampleCount(5_000))
        // 320 samples are missing here.
        host.feed(block.span, at: SampleCount(5_640))
        let events = events(of: host, until: 2)
        #expect(
            events == [
                .ready(engine: "fake"),
                .wake(WakeEvent(start: SampleCount(5_160), end: SampleCount(5_960), phrase: "hey computer")),
            ])
    }

    @Test func `W5: a clip moves no position, and what is heard in it is no wake word`() {
        let host = engine(
            "echo ready fake; head -c 1920 >/dev/null; echo wake 320 640 clip; echo wake 9000 9960 hey computer; "
                + "cat >/dev/null")
        host.start(at: ms(0))
        let block = [Int16](repeating: 1, count: 320)
        host.feed(block.span, at: SampleCount(5_000))
        #expect(host.feedClip(block.span) == true)
        #expect(!host.hasHeardClip)
        host.feed(block.span, at: SampleCount(5_320))
        #expect(
            events(of: host, until: 2) == [
                .ready(engine: "fake"),
                .wake(
                    WakeEvent(start: SampleCount(13_680), end: SampleCount(14_640), phrase: "hey computer")),
            ])
        #expect(host.hasHeardClip)
    }

    @Test func `W5: the room waits behind a clip and is given in full, a little later`() {
        let host = engine(
            "echo ready fake; while [ $(head -c 2560 | wc -c) -eq 2560 ]; do echo listening 0; done")
        host.start(at: ms(0))
        var feed = WakeFeed()
        let block = [Int16](repeating: 1, count: 320)
        var position: Int64 = 0
        func take(_ count: Int) {
            for _ in 0..<count {
                feed.take(block.span, at: SampleCount(position), to: host)
                position += 320
            }
        }
        take(4)
        #expect(events(of: host, until: 2).count == 2)
        feed.begin(clip: [Int16](repeating: 2, count: 320 * 20 + 7))
        // Four blocks are given for each one that comes: twenty of the clip, then those that came meanwhile.
        for _ in 0..<6 {
            take(1)
            #expect(feed.isBusy)
            #expect(events(of: host, until: 1).count == 1)
        }
        take(1)
        #expect(!feed.isBusy)
        take(1)
        #expect(events(of: host, until: 1).count == 1)
        #expect(host.droppedBlockCount == 0)
        host.stop()
    }

    @Test func `an engine that ends is reported and started again, more slowly each time`() {
        let host = engine("exit 3")
        var (now, rests) = (ms(0), [Int64]())
        host.start(at: now)
        for _ in 0..<6 {
            #expect(events(of: host, until: 1, at: now) == [.failed("it ended with code 3")])
            guard let next = host.deadline else { return }
            rests.append((next - now).milliseconds)
            now = next
            #expect(host.tick(at: now) == true)
        }
        #expect(rests == [0, 125, 250, 500, 1_000, 1_000])
    }

    @Test func `an engine that does not read loses blocks, and nobody waits for it`() {
        let host = engine("echo ready fake; sleep 60")
        host.start(at: ms(0))
        let block = [Int16](repeating: 1, count: 320)
        for index in 0..<200 { host.feed(block.span, at: SampleCount(Int64(index) * 320)) }
        #expect(host.droppedBlockCount >= 170)
        host.stop()
    }

    @Test func `a program that is not there is a failure that names it`() {
        let host = WakeEngineProcess(program: "/no/such/engine", arguments: [])
        host.start(at: ms(0))
        #expect(host.outputDescriptor == nil)
        #expect(
            host.readEvents(at: ms(0)) == [.failed("cannot start /no/such/engine: No such file or directory")]
        )
    }

    private func engine(_ script: String) -> WakeEngineProcess {
        WakeEngineProcess(program: "/bin/sh", arguments: ["-c", script])
    }

    /// Reads until so many events have come, at most ten seconds.
    private func events(of host: WakeEngineProcess, until count: Int, at now: RelayInstant? = nil)
        -> [WakeEngineEvent]
    {
        var events: [WakeEngineEvent] = []
        for _ in 0..<100 where events.count < count {
            if let output = host.outputDescriptor {
                var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
                poll(&ready, 1, 100)
            }
            events += host.readEvents(at: now ?? ms(0))
        }
        return events
    }

    private func ms(_ count: Int) -> RelayInstant { RelayInstant(sinceOrigin: .milliseconds(count)) }
}
