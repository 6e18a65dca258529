package import Glibc

/// Who is at the other end of an admin connection. The socket's mode keeps others out; this does so even if somebody
/// changed it.
package enum AdminPeer {
    /// Whether this user may ask: the hub's own, or root.
    package static func isAllowed(_ user: uid_t) -> Bool { user == 0 || user == geteuid() }

    /// The user at the other end of a connected Unix socket, as the kernel vouches for it; nil for anything else.
    package static func user(of socket: Int32) -> uid_t? {
        // struct ucred: process, user, group. Glibc declares it to GNU programs only.
        var credentials: (process: pid_t, user: uid_t, group: gid_t) = (0, uid_t.max, gid_t.max)
        var length = socklen_t(MemoryLayout.size(ofValue: credentials))
        let expected = length
        guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0, length == expected,
            credentials.process != 0
        else { return nil }
        return credentials.user
    }
}
