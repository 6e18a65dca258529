package import LoqaWire

/// How the wake words of one relay fared, hour by hour, from its reports. A pure value of bounded size.
package struct WakeHistory: Sendable, Equatable {
    /// Hours that are remembered.
    package static let hourCountMax = 48

    /// The numbers of an hour.
    package struct Hour: Sendable, Equatable {
        /// Hours since 1970.
        package var number: Int64
        package var wakes = 0
        package var rejected = 0
        package var nearMisses = 0
        package var stops = 0
        package var selfTests = 0
        package var failedSelfTests = 0
        package var restarts = 0
        /// Wakes that a person has marked as false.
        package var marked = 0

        package init(number: Int64) { self.number = number }
    }

    /// The oldest first; hours without a report are left out.
    package private(set) var hours: [Hour] = []
    /// The last report; nil before the first.
    package private(set) var last: WakeReport?

    package init() {}

    /// A report came. Its numbers count from the relay's start: lower ones tell of a new start.
    ///
    /// - Parameter seconds: since 1970.
    package mutating func add(_ report: WakeReport, at seconds: Int64) {
        let isNewStart =
            last.map {
                report.wakes < $0.wakes || report.nearMisses < $0.nearMisses
                    || report.selfTests < $0.selfTests
                    || report.restarts < $0.restarts || report.stops < $0.stops
            } ?? false
        // Before the first report of this hub's life, what the relay has counted happened at an unknown time.
        let base = isNewStart ? WakeReport() : last ?? report
        last = report
        edit(at: seconds) { hour in
            hour.wakes += Int(report.wakes - base.wakes)
            hour.rejected += Int(report.rejected &- min(base.rejected, report.rejected))
            hour.nearMisses += Int(report.nearMisses - base.nearMisses)
            hour.stops += Int(report.stops - base.stops)
            hour.selfTests += Int(report.selfTests - base.selfTests)
            hour.failedSelfTests += Int(
                report.failedSelfTests &- min(base.failedSelfTests, report.failedSelfTests))
            hour.restarts += Int(report.restarts - base.restarts)
        }
    }

    /// A person said that a wake was none.
    package mutating func mark(at seconds: Int64) { edit(at: seconds) { $0.marked += 1 } }

    /// All hours from a moment on, together.
    package func total(since seconds: Int64) -> Hour {
        var total = Hour(number: seconds / 3_600)
        for hour in hours where hour.number >= seconds / 3_600 {
            total.wakes += hour.wakes
            total.rejected += hour.rejected
            total.nearMisses += hour.nearMisses
            total.stops += hour.stops
            total.selfTests += hour.selfTests
            total.failedSelfTests += hour.failedSelfTests
            total.restarts += hour.restarts
            total.marked += hour.marked
        }
        return total
    }

    private mutating func edit(at seconds: Int64, _ body: (inout Hour) -> Void) {
        let number = seconds / 3_600
        // A clock that was set back counts on in the newest hour.
        if hours.last.map({ $0.number < number }) ?? true {
            hours.append(Hour(number: number))
            if hours.count > Self.hourCountMax { hours.removeFirst() }
        }
        body(&hours[hours.count - 1])
    }
}
