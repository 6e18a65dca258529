/// The version of all of Loqa's programs.
package let loqaVersion = "0.1.0"
